/** Taking a resource in the system of record, and giving it back. */
@NullMarked
package dev.brain.claim;

import org.jspecify.annotations.NullMarked;
