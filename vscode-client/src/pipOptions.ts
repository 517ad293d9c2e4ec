/** What VS Code's settings of the network are for pip. */

/** VS Code's settings `http.*`. */
export interface NetworkSettings {
  readonly proxy: string;
  readonly proxySupport: string;
  readonly proxyStrictSSL: boolean;
}

/** Where pip looks by default, and where it gets the files that it finds there. */
const INDEX_HOSTS = ['pypi.org', 'files.pythonhosted.org'];

/**
 * Returns the options of pip that say the same as the settings.
 *
 * What pip is told elsewhere, as by `HTTPS_PROXY`, holds where the settings say nothing. Certificates that VS Code is
 * not to check are not checked of the hosts of the package indexes that `environment` names, and of the default one.
 */
export function pipOptions(settings: NetworkSettings, environment: NodeJS.ProcessEnv): string[] {
  const proxy = settings.proxySupport === 'off' ? '' : settings.proxy.trim();
  const indexes = `${environment.PIP_INDEX_URL ?? ''} ${environment.PIP_EXTRA_INDEX_URL ?? ''}`.split(/\s+/);
  const hosts = indexes.filter((url) => URL.canParse(url)).map((url) => new URL(url).host);
  return [
    ...(proxy === '' ? [] : ['--proxy', proxy]),
    ...(settings.proxyStrictSSL ? [] : [...new Set([...INDEX_HOSTS, ...hosts])].flatMap((host) => ['--trusted-host', host])),
  ];
}
