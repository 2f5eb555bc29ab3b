/** A store in PostgreSQL: the tasks, incidents and sites of several machines. */
@NullMarked
package dev.brain.postgresql;

import org.jspecify.annotations.NullMarked;
