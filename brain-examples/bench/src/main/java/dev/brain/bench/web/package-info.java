/** Claims by web page beside straight Playwright loops. */
@NullMarked
package dev.brain.bench.web;

import org.jspecify.annotations.NullMarked;
