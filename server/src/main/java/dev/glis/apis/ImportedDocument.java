package dev.glis.apis;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A document with what it defines. */
record ImportedDocument(ObjectNode document, Definition definition) {}
