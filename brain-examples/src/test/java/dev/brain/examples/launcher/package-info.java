@NullMarked
package dev.brain.examples.launcher;

import org.jspecify.annotations.NullMarked;
