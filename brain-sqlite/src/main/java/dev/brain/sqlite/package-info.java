/** SQLite as a store and as a system of record. */
@NullMarked
package dev.brain.sqlite;

import org.jspecify.annotations.NullMarked;
