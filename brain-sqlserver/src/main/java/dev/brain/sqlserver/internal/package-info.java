/** What Microsoft's driver creates by its class name. */
@NullMarked
package dev.brain.sqlserver.internal;

import org.jspecify.annotations.NullMarked;
