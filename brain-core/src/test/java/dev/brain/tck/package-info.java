/** The contracts of the SPI as test classes: a plug-in extends the one of what it implements, in its own tests. */
@NullMarked
package dev.brain.tck;

import org.jspecify.annotations.NullMarked;
