@NullMarked
package dev.brain.examples.sites;

import org.jspecify.annotations.NullMarked;
