/**
 * The contracts of the SPI as test classes: a plug-in extends the one of what it implements, in its own tests. A store
 * extends {@link dev.brain.tck.StoreContract} only.
 */
@NullMarked
package dev.brain.tck;

import org.jspecify.annotations.NullMarked;
