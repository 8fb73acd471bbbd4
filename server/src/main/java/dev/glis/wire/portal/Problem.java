package dev.glis.wire.portal;

/**
 * Why a form was not taken.
 *
 * @param field the ID of what it is about; empty when it is about no field
 */
record Problem(String field, String text) {}
