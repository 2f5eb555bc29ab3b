/** SQL Server as a system of record: its dialect, how to connect to it, and what its errors mean. */
@NullMarked
package dev.brain.sqlserver;

import org.jspecify.annotations.NullMarked;
