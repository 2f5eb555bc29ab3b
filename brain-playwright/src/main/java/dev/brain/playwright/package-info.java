/** Claiming through a web page with Playwright; nothing is in here yet. */
@NullMarked
package dev.brain.playwright;

import org.jspecify.annotations.NullMarked;
