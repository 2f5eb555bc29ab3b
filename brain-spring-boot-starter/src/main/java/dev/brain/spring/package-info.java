/** Claiming and working as part of a Spring Boot application. */
@NullMarked
package dev.brain.spring;

import org.jspecify.annotations.NullMarked;
