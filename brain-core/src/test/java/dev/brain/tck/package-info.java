/**
 * The contracts of stores, dialects of a system of record, and the claim protocol as test classes, which a new one extends in
 * its own tests. A store extends {@link dev.brain.tck.StoreContract} only.
 */
@NullMarked
package dev.brain.tck;

import org.jspecify.annotations.NullMarked;
