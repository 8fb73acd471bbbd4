'use strict';

const pets = ['glis', 'apodemus', 'muscardinus'];

exports.handler = async (event) => {
  const like = event.queryStringParameters?.like ?? '';
  const headers = { 'Content-Type': 'application/json' };
  return { statusCode: 200, headers, body: JSON.stringify(pets.filter((pet) => pet.includes(like))) };
};
