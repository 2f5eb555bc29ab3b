/** The dashboard, and how it is served. */
@NullMarked
package dev.brain.dashboard;

import org.jspecify.annotations.NullMarked;
