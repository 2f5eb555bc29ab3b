/** What shows Brain at work: the launcher and the example site plug-in. */
@NullMarked
package dev.brain.examples;

import org.jspecify.annotations.NullMarked;
