/** Amazon S3's REST protocol in front of the object storage. */
@NullMarked
package dev.glis.wire.s3;

import org.jspecify.annotations.NullMarked;
