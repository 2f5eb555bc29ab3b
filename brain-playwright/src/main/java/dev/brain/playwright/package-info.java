/** Claiming through the pages of a web system, with Playwright and a Chromium. */
@NullMarked
package dev.brain.playwright;

import org.jspecify.annotations.NullMarked;
