/** What several packages of this module share, and nobody else. */
@NullMarked
package dev.brain.internal;

import org.jspecify.annotations.NullMarked;
