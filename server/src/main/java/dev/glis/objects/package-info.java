/**
 * Object storage: buckets, keys, versions, multipart uploads; metadata and small objects in the
 * store, bytes in files beside it.
 */
@NullMarked
package dev.glis.objects;

import org.jspecify.annotations.NullMarked;
