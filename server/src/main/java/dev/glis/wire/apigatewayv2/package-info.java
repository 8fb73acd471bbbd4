/** The control API of AWS API Gateway v2, on the APIs that there are. */
@org.jspecify.annotations.NullMarked
package dev.glis.wire.apigatewayv2;
