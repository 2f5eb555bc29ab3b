/** The data about a resource that a worker reads, and the builders of that data. */
@NullMarked
package dev.brain.payload;

import org.jspecify.annotations.NullMarked;
