/** A Spring Boot application with a Brain. */
@NullMarked
package dev.brain.examples.spring;

import org.jspecify.annotations.NullMarked;
