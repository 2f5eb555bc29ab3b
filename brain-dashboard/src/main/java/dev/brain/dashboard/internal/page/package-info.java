/** The pages: what they show and what their actions do. */
@NullMarked
package dev.brain.dashboard.internal.page;

import org.jspecify.annotations.NullMarked;
