/** A system of record with invented cases, and the people who work in it, on this machine only. */
@NullMarked
package dev.brain.examples.demo;

import org.jspecify.annotations.NullMarked;
