/** The queue as claiming and working need it, with its records. Stores implement it. */
@NullMarked
package dev.brain.internal.queue;

import org.jspecify.annotations.NullMarked;
