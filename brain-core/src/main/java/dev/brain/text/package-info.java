/** Text as people write it, made comparable. */
@NullMarked
package dev.brain.text;

import org.jspecify.annotations.NullMarked;
