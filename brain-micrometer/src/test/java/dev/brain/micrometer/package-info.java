@NullMarked
package dev.brain.micrometer;

import org.jspecify.annotations.NullMarked;
