/** What a worker is told about a resource. */
@NullMarked
package dev.brain.payload;

import org.jspecify.annotations.NullMarked;
