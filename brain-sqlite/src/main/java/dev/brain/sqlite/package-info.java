/** What Brain keeps in SQLite files: the task queue and the sites. */
@NullMarked
package dev.brain.sqlite;

import org.jspecify.annotations.NullMarked;
