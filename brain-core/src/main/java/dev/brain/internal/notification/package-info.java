/** Notifies people outside of Brain of incidents: the changes that wait for delivery, and the webhook. */
@NullMarked
package dev.brain.internal.notification;

import org.jspecify.annotations.NullMarked;
