/** Resources of the system of record, and the source that finds them and reads them back. */
@NullMarked
package dev.brain.resource;

import org.jspecify.annotations.NullMarked;
