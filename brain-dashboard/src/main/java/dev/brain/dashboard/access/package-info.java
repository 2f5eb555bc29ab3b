/** Who may use the dashboard. */
@NullMarked
package dev.brain.dashboard.access;

import org.jspecify.annotations.NullMarked;
