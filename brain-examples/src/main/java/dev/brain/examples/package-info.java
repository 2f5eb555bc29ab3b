/** What shows Brain at work: the demo world and the example site plug-in. */
@NullMarked
package dev.brain.examples;

import org.jspecify.annotations.NullMarked;
