export * from './topology/topology.js';
