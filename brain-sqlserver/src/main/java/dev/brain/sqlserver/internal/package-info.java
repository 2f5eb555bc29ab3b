/** Classes that Microsoft's driver creates by name. */
@NullMarked
package dev.brain.sqlserver.internal;

import org.jspecify.annotations.NullMarked;
