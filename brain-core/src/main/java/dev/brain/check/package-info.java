/** Findings about connections, tables and sites, for a person to act on. */
@NullMarked
package dev.brain.check;

import org.jspecify.annotations.NullMarked;
