export * from './topology/topology.js';
export * from './errors/error-catalogue.js';
export * from './errors/errors-markdown.js';
export * from './errors/api-error.js';
export * from './http/limits.js';
export * from './http/headers.js';
export * from './dto/error.dto.js';
export * from './dto/health.dto.js';
