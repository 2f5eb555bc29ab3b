/** Examples of how to use Brain: the launcher and the example site plug-in. */
@NullMarked
package dev.brain.examples;

import org.jspecify.annotations.NullMarked;
