/** Where SQL Server differs from other SQL databases; nothing is in here yet. */
@NullMarked
package dev.brain.sqlserver;

import org.jspecify.annotations.NullMarked;
