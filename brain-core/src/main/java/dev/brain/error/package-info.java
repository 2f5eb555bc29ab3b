/** The exceptions that callers tell apart. */
@NullMarked
package dev.brain.error;

import org.jspecify.annotations.NullMarked;
