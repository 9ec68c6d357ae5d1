import './styles/tokens.css'
import './styles/base.css'
import { mount } from 'svelte'
import App from './shell/App.svelte'

const target = document.getElementById('app')
if (!target) throw new Error('index.html has no element with the id "app".')
mount(App, { target })
