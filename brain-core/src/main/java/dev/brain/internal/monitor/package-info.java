/** What dashboards and meters show of a store: figures that all viewers of a process share, lists by pages, and bulk actions. */
@NullMarked
package dev.brain.internal.monitor;

import org.jspecify.annotations.NullMarked;
