@NullMarked
package dev.brain.launcher;

import org.jspecify.annotations.NullMarked;
