import type { Provider } from '@nestjs/common';
import { requireKnown, type VideoCloudWebhooksAsyncOptions, type VideoCloudWebhooksOptionsFactory } from './options.js';
import { GIVEN_OPTIONS } from './tokens.js';

const KNOWN = ['name', 'imports', 'inject', 'useFactory', 'useClass', 'useExisting'];

/**
 * The providers that give a module its options.
 *
 * @throws TypeError for an option that does not exist, and unless there is one source of the options
 */
export function optionsProviders(given: VideoCloudWebhooksAsyncOptions): Provider[] {
  requireKnown('forRootAsync', given, KNOWN);
  const { useFactory, inject = [], useClass, useExisting } = given;
  const sources = [useFactory, useClass, useExisting].filter((source) => source !== undefined);
  if (sources.length !== 1) {
    throw new TypeError('forRootAsync takes one of useFactory, useClass and useExisting');
  }
  if (useFactory !== undefined) return [{ provide: GIVEN_OPTIONS, useFactory, inject }];
  const create = (factory: VideoCloudWebhooksOptionsFactory) => factory.createVideoCloudWebhooksOptions();
  if (useExisting !== undefined) return [{ provide: GIVEN_OPTIONS, useFactory: create, inject: [useExisting] }];
  if (useClass === undefined) return [];
  return [useClass, { provide: GIVEN_OPTIONS, useFactory: create, inject: [useClass] }];
}
