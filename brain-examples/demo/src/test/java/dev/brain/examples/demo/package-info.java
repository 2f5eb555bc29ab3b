@NullMarked
package dev.brain.examples.demo;

import org.jspecify.annotations.NullMarked;
