/** Reading JSON exactly, and reading the JSON files that people write. */
@NullMarked
package dev.brain.json;

import org.jspecify.annotations.NullMarked;
