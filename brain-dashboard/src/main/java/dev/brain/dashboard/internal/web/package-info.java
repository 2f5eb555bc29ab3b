/** Requests and answers: routes, sessions, protection, languages. Knows no page. */
@NullMarked
package dev.brain.dashboard.internal.web;

import org.jspecify.annotations.NullMarked;
